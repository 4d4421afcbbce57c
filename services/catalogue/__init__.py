"""The customers that a firm keeps."""
