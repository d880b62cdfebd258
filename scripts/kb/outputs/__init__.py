"""What is made from the library; `kb.outputs.table` lists the outputs, one module each."""

from kb.outputs.plan import Output, Plan, Site

__all__ = ["Output", "Plan", "Site"]
