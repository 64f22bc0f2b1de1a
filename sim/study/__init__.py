"""Many runs of one scenario or several: worlds, executors, the store of finished runs."""
