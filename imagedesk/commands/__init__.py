"""The headless commands: the storage service for scripts and administrators. No Qt; boto3 only for an AWS library."""
