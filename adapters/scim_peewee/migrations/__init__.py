"""The steps of the schema, scripts that Peewee runs in the order of their numbers. A released one never changes."""
