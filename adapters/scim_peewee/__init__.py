"""The outbound adapter for SQLite, PostgreSQL and MySQL/MariaDB, spoken with Peewee."""
