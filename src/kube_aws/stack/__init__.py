"""The CloudFormation template: a file per part of the stack, plain dictionaries as on AWS's pages."""
