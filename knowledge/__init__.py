"""Policy text: load → split → index → retrieve → answer. Knows nothing of chats or databases."""
