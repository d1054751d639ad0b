"""An own CloudFormation: moto's loses properties, is synchronous, and deletes only in part."""
