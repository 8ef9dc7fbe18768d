"""A rectification plan (整改方案) becomes accounts: each problem next to its sentences, then confirmed."""
