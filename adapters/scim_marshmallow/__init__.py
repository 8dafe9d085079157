"""The wire format, spoken with marshmallow, whose ValidationError never leaves this package."""
