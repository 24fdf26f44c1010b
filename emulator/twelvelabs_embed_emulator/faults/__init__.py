"""Fault injection: a proxy in front of a server that lets requests fail as a script says."""
