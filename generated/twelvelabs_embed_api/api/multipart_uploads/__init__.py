# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.
"""Contains endpoint functions for accessing the API"""
