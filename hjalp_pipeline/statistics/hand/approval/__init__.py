"""What a kommune approves."""
