"""The floor: the smallest honest page of this stack, served like the product, on the product's database.

It looks up the signed-in user, reads 50 rows with one indexed query, and renders them in a layout with a
filter form.
"""

import os

from flask import Flask, render_template
from sqlalchemy import create_engine, text

engine = create_engine(
    os.environ["TRACKER_DATABASE_URL"].replace("postgresql://", "postgresql+psycopg://", 1)
)
app = Flask(__name__, template_folder=".")


@app.get("/floor")
def floor() -> str:
    with engine.connect() as connection:
        user = connection.execute(text("SELECT id, name FROM users WHERE id = 1")).one()
        rows = connection.execute(
            text(
                "SELECT id, task_id, state, deadline, progress FROM assignments"
                " WHERE unit_id = 7 AND state = 'active' ORDER BY deadline LIMIT 50"
            )
        ).all()
    return render_template("floor.html", user=user, rows=rows)
