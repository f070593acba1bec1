"""What an image library is, in pure standard library: records, queries, rules, errors and the ports of the stores."""
