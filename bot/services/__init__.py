"""Use cases between the dialogs and what is kept."""
