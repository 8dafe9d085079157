"""The outbound adapter for SQLite, PostgreSQL and MySQL/MariaDB, spoken with Peewee."""

from scim_peewee.groups import PeeweeGroupDirectory
from scim_peewee.members import PeeweeMemberDirectory
from scim_peewee.store import DatabaseUrlError, PeeweeStore
from scim_peewee.unit_of_work import PeeweeUnitOfWork

__all__ = ["DatabaseUrlError", "PeeweeGroupDirectory", "PeeweeMemberDirectory", "PeeweeStore", "PeeweeUnitOfWork"]
