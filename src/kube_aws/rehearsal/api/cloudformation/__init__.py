"""An own CloudFormation: moto's loses properties, is synchronous, and leaves things behind when it deletes."""
