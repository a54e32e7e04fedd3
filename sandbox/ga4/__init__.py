"""The pretend GA4 Data API (v1beta): one engine behind a gRPC and a REST server."""
