"""A stand-in for slack_sdk: see `stand_ins`."""

from stand_ins import stand_in

stand_in(__name__)
