"""A stand-in for boto3: see `stand_ins`."""

from stand_ins import stand_in

stand_in(__name__)
