"""What `yanlu bench` measures."""
