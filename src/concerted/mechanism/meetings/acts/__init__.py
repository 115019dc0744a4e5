"""Every write of the joint meeting: call, assemble, sit, decide, minute, follow up."""
