"""The internet of a rehearsal: download sites and AWS's endpoints, under their real names, over TLS."""
