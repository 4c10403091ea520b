"""From deliveries to a kommune's data of a period: verdicts, receipts, raw partitions, the gate."""
