"""The outbound adapter that keeps everything in dictionaries."""
