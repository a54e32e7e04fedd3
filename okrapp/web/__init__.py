"""The pages and the JSON API: what is remembered, for those who read. They write nothing."""
