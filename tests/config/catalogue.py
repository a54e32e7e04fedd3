"""The connectors that the configs in here are written for: those that come with the project."""

from connectors.registry import catalogue

CONNECTORS = catalogue()
