"""The workflows that every deployment has, by the names that the standard types give them."""
