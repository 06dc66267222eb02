"""The roads to the user: telegram, terminal."""
