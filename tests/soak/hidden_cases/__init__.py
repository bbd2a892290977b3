"""What the soak of hidden groups stands on."""
