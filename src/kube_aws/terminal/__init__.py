"""What a person sees: live views, plain lines, JSON, and the one error type."""
