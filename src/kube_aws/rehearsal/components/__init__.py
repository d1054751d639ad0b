"""What a rehearsal's nodes download: fetched from its official site where that answers, else built."""
