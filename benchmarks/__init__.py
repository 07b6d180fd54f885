"""Benchmarks: what is measured, each printing its figures and the machine they were measured on."""
