"""The reporter's side of reports: what is handed in, how it is filed, and how it is followed by its receipt."""
