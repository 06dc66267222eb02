"""Everything that talks; the only place that wires things together (`bot.app`)."""
