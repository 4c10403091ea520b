"""Tables made to order: counted, protected together with all that is out and was delivered before, written down (seed 8.8)."""
