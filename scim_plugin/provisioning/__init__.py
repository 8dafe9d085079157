"""What the plug-in is for: integrations, credentials, members, groups, links, mapping and deprovisioning."""
