// layering: lies in no layer
