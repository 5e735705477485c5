"""What makes a built site ready for its readers: checked, compressed, listed, with a policy."""
