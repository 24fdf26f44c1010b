# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.
"""Contains methods for accessing the API"""
