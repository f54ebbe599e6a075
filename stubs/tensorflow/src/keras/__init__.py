"""A stand-in for Keras, which comes with TensorFlow: see `stand_ins`."""

from stand_ins import stand_in

stand_in(__name__)
