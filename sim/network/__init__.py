"""What the system is: pools, stations, departures, gates, stocks, streams and routes as frozen data."""
