// What comes from npm (third_party/web). A build without npm puts null in its place, and why (PlainBundle.cmake).
import { AmbientLight, BoxGeometry, BufferGeometry, CapsuleGeometry, Color, CylinderGeometry, DirectionalLight, GridHelper, Group, HemisphereLight,
  InstancedMesh, Line, LineBasicMaterial, Matrix4, Mesh, MeshLambertMaterial, MeshStandardMaterial, PerspectiveCamera, PlaneGeometry, Quaternion,
  Scene, SphereGeometry, Vector3, WebGLRenderer } from "three";

export const THREE = { AmbientLight, BoxGeometry, BufferGeometry, CapsuleGeometry, Color, CylinderGeometry, DirectionalLight, GridHelper, Group,
  HemisphereLight, InstancedMesh, Line, LineBasicMaterial, Matrix4, Mesh, MeshLambertMaterial, MeshStandardMaterial, PerspectiveCamera, PlaneGeometry,
  Quaternion, Scene, SphereGeometry, Vector3, WebGLRenderer };
export const whyMissing = "";
