"""What every test shares."""

from hypothesis import settings

# A slow machine is not a broken law. (Where CI is set, Hypothesis loads its own profile: derandomised, with blobs.)
settings.register_profile("default", deadline=None)
