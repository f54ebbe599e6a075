"""A stand-in for twilio: see `stand_ins`."""

from stand_ins import stand_in

stand_in(__name__)
