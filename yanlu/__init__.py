"""What every room of the house shares: the version, the error tree, the sentences users see."""

__version__ = "0.4.0"
