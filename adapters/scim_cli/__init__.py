"""The command scim-plugin, spoken with Click."""
