"""What readers are shown: views, bodies and pictures."""
