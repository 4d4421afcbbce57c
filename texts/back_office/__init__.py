"""Words of the back office's windows."""
