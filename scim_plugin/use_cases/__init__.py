"""What can be asked of the plug-in, one verb each."""
