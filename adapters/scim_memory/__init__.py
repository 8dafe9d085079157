"""The outbound adapter that keeps everything in dictionaries: for tests, and for a host of one process."""

from scim_memory.groups import MemoryGroupDirectory
from scim_memory.members import MemoryMemberDirectory
from scim_memory.store import MemoryStore, MemoryUnitOfWork

__all__ = ["MemoryGroupDirectory", "MemoryMemberDirectory", "MemoryStore", "MemoryUnitOfWork"]
