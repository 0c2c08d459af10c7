"""How VENs on the local network find the VTN (3.1.0 Definition, "Discovery and Configuration of Local VTNs")."""
