"""Speed and memory, as ratios measured in one run; not a part of the ordinary tests."""
