"""ImageDesk: a team's shared image library on its own S3 and DynamoDB, or on this computer."""

__version__ = "0.1.0"
