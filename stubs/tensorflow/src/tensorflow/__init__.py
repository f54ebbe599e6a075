"""A stand-in for TensorFlow 2.12: see `stand_ins`."""

from stand_ins import stand_in

__version__ = "2.12.0"

stand_in(__name__)
